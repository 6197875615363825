/* Uploading with progress, reading one file after another, and saving what is entered at once.
   Without this the pages do the same in larger steps. */
(function () {
  "use strict";

  // Every answer is the page of the list: what is new in it is shown in this one.

  function show(text) {
    var fresh = new DOMParser().parseFromString(text, "text/html");
    if (!fresh.getElementById("reading")) return window.location.reload();
    var reading = document.getElementById("reading");
    ["reading", "changelist"].forEach(function (id) {
      var old = document.getElementById(id);
      var now = fresh.getElementById(id);
      if (old && now) old.innerHTML = now.innerHTML;
    });
    var waiting = fresh.getElementById("reading").getAttribute("data-waiting");
    reading.setAttribute("data-waiting", waiting);
    var said = fresh.querySelector(".messagelist");
    if (!said) return;
    var shown = document.querySelector(".messagelist");
    if (!shown) {
      shown = document.createElement("ul");
      shown.className = "messagelist";
      shown.setAttribute("role", "status");
      reading.parentNode.insertBefore(shown, reading);
    }
    while (said.firstChild) shown.appendChild(document.importNode(said.removeChild(said.firstChild), true));
  }

  // Uploading: each file in a request of its own, so that one that is refused stops no other.

  var box = document.getElementById("upload");

  function line(list, file) {
    var item = document.createElement("li");
    var name = document.createElement("span");
    var bar = document.createElement("progress");
    name.textContent = file.name;
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    item.appendChild(bar);
    item.appendChild(name);
    list.appendChild(item);
    return { item: item, bar: bar, name: name };
  }

  function say(shown, text) {
    shown.item.removeChild(shown.bar);
    shown.name.textContent = text;
    shown.name.className = "wrong";
  }

  function send(files) {
    var list = box.querySelector("ul");
    var waiting = Array.prototype.slice.call(files);
    var most = Number(box.getAttribute("data-most"));
    list.textContent = "";

    function next() {
      var file = waiting.shift();
      if (!file) {
        box.reset();
        return readNext();
      }
      var shown = line(list, file);
      if (file.size > most) {
        say(shown, "“" + file.name + "”超过了 " + most / 1048576 + " MB 的上限，没有上传。请删去其中的图片或分成几个文件。");
        return next();
      }
      var data = new FormData();
      data.append("csrfmiddlewaretoken", box.querySelector("[name=csrfmiddlewaretoken]").value);
      data.append("files", file);
      var request = new XMLHttpRequest();
      request.open("POST", box.action);
      request.upload.onprogress = function (event) {
        if (event.lengthComputable) shown.bar.value = (100 * event.loaded) / event.total;
      };
      request.onload = function () {
        list.removeChild(shown.item);
        show(request.responseText);
        next();
      };
      request.onerror = function () {
        say(shown, "“" + file.name + "”没有传完，请检查网络后重新上传。");
        next();
      };
      request.send(data);
    }
    next();
  }

  if (box && window.FormData) {
    var input = document.getElementById("files");
    box.addEventListener("submit", function (event) {
      if (!input.files.length) return;
      event.preventDefault();
      send(input.files);
    });
    ["dragenter", "dragover"].forEach(function (kind) {
      box.addEventListener(kind, function (event) {
        event.preventDefault();
        box.classList.add("is-over");
      });
    });
    ["dragleave", "drop"].forEach(function (kind) {
      box.addEventListener(kind, function (event) {
        event.preventDefault();
        box.classList.remove("is-over");
      });
    });
    box.addEventListener("drop", function (event) {
      if (event.dataTransfer.files.length) send(event.dataTransfer.files);
    });
  }

  // Reading: each call reads one file and answers with the list.

  var reading = document.getElementById("reading");

  function readNext() {
    if (!Number(reading.getAttribute("data-waiting")) || !reading.getAttribute("data-next")) return;
    var request = new XMLHttpRequest();
    request.open("GET", reading.getAttribute("data-next"));
    request.onload = function () {
      show(request.responseText);
      readNext();
    };
    // The server may be restarting; what is waiting still waits.
    request.onerror = function () {
      window.setTimeout(readNext, 3000);
    };
    request.send();
  }

  if (reading) readNext();

  // Saving what is entered, a case at a time.

  var form = document.getElementById("preview");
  var saved = document.getElementById("saved");
  var asked = 0;
  var answered = 0;

  function prefixOf(name) {
    return name.slice(0, name.lastIndexOf("-"));
  }

  function valueOf(name) {
    var inputs = form.elements[name];
    if (!inputs) return "";
    if (inputs.type === "checkbox") return inputs.checked ? inputs.value : "";
    return inputs.value;
  }

  function keep(prefix) {
    var data = new FormData();
    data.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    Array.prototype.forEach.call(form.elements, function (each) {
      if (!each.name || !/-was$/.test(each.name)) return;
      var name = each.name.slice(0, -4);
      if (prefixOf(name) !== prefix) return;
      data.append(each.name, each.value);
      if (valueOf(name)) data.append(name, valueOf(name));
      else if (/-(title|region|primary_theme|doc_number|issuer|issued_on)$/.test(name)) data.append(name, "");
    });
    asked += 1;
    saved.textContent = "正在保存…";
    var request = new XMLHttpRequest();
    request.open("POST", window.location.href);
    request.setRequestHeader("Accept", "application/json");
    request.onload = function () {
      answered += 1;
      var answer;
      try {
        answer = JSON.parse(request.responseText);
      } catch (error) {
        saved.textContent = "没有保存，请点“保存修改”。";
        return;
      }
      take(answer, data);
      if (asked === answered) {
        saved.textContent = Object.keys(answer.errors).length ? "有一处没有保存，请看红字。" : "已保存";
      }
    };
    request.onerror = function () {
      answered += 1;
      saved.textContent = "网络不通，没有保存，请稍后点“保存修改”。";
    };
    request.send(data);
  }

  function take(answer, sent) {
    Object.keys(answer.kept).forEach(function (name) {
      var was = form.elements[name + "-was"];
      var wrong = document.getElementById("wrong_" + name);
      var error = answer.errors[name] || "";
      if (was) was.value = answer.kept[name];
      var input = form.elements[name];
      // What was typed on meanwhile stays; a region is shown with its whole name.
      if (!error && input && /text/.test(input.type) && input.value === sent.get(name)) {
        input.value = answer.kept[name];
      }
      if (wrong) {
        wrong.textContent = error;
        wrong.parentNode.classList.toggle("is-wrong", Boolean(error));
      }
    });
    Object.keys(answer.badges).forEach(function (key) {
      var badge = form.querySelector('[data-badge="' + key + '"]');
      var card = document.getElementById("case-" + key);
      badge.className = "status import-" + answer.badges[key][0];
      badge.textContent = answer.badges[key][1];
      card.className = "card card--" + answer.badges[key][0];
    });
  }

  if (form && saved && window.FormData && FormData.prototype.get) {
    form.addEventListener("change", function (event) {
      var name = event.target.name;
      // Another notice makes other cases: the page is made anew.
      if (name === "notice-separate") form.querySelector("[value=save]").click();
      else if (name) keep(prefixOf(name));
    });
  }
})();
