// The case form, made quicker: parts move by buttons, suggestions tick their boxes, and the page
// as readers will see it follows what is typed. Everything works without this, by sending the form.
(function () {
  "use strict";

  var form = document.getElementById("case_form");
  if (!form || !window.fetch || !window.FormData) return;

  var spoken = document.createElement("p");
  spoken.className = "case-spoken";
  spoken.setAttribute("role", "status");
  form.appendChild(spoken);

  function each(list, act) {
    Array.prototype.forEach.call(list, act);
  }

  function changed() {
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Parts: up and down

  var sections = document.getElementById("sections-group");

  function parts() {
    return sections.querySelectorAll(".inline-related:not(.empty-form)");
  }

  function numberParts() {
    each(parts(), function (part, place) {
      var order = part.querySelector("input[name$='-order']");
      if (order) order.value = place + 1;
    });
  }

  function move(part, step) {
    var all = Array.prototype.slice.call(parts());
    var place = all.indexOf(part);
    var other = all[place + step];
    if (!other) {
      spoken.textContent = step < 0 ? "已经是第一部分。" : "已经是最后一部分。";
      return;
    }
    part.parentNode.insertBefore(part, step < 0 ? other : other.nextElementSibling);
    numberParts();
    spoken.textContent = "移到第 " + (place + step + 1) + " 部分。";
    changed();
  }

  function addMovers(part) {
    var title = part.querySelector("h3");
    if (!title || title.querySelector(".movers")) return;
    var movers = document.createElement("span");
    movers.className = "movers";
    [["上移", -1], ["下移", 1]].forEach(function (one) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = one[0];
      button.addEventListener("click", function () {
        move(button.closest(".inline-related"), one[1]);
        button.focus();
        button.scrollIntoView({ block: "nearest" });
      });
      movers.appendChild(button);
    });
    title.appendChild(movers);
  }

  if (sections && sections.querySelector("input[name$='-order']")) {
    each(parts(), addMovers);
    document.addEventListener("formset:added", function (event) {
      if (!sections.contains(event.target)) return;
      addMovers(event.target);
      numberParts();
    });
  }

  // Suggestions and proposals

  function take(key, name) {
    var pair = key.split(":");
    var box = form.querySelector("input[type=checkbox][name='" + pair[0] + "'][value='" + pair[1] + "']");
    var select = form.querySelector("select[name='" + pair[0] + "']");
    if (box) {
      box.checked = true;
    } else if (select) {
      // A list that is searched does not have all its choices in the page.
      if (!select.querySelector("option[value='" + pair[1] + "']")) {
        select.add(new Option(name, pair[1]));
      }
      select.value = pair[1];
      select.dispatchEvent(new Event("change", { bubbles: true }));
      if (window.django && window.django.jQuery) window.django.jQuery(select).trigger("change");
    }
    return box || select;
  }

  form.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("button");
    if (!button) return;
    if (button.name === "_accept") {
      var panel = document.getElementById("panel-suggestions");
      var keys = button.value.trim().split(" ");
      var done = keys.filter(function (key) {
        var one = panel.querySelector("button[value='" + key + "']");
        if (!take(key, one ? one.getAttribute("data-name") : "")) return false;
        if (one) one.remove();
        return true;
      });
      if (done.length !== keys.length) return;
      event.preventDefault();
      if (keys.length > 1 || !panel.querySelector("button:not(.all)")) panel.textContent = "";
      spoken.textContent = "已选用，保存后生效。";
      changed();
    } else if (button.name === "_confirm_all") {
      event.preventDefault();
      each(form.querySelectorAll(
        "#outcomes-group .inline-related:not(.empty-form) input[name$='-confirmed'], #panel-proposals input"
      ), function (box) {
        box.checked = true;
      });
      spoken.textContent = "全部勾选，保存后生效。";
      changed();
    } else if (button.name === "_nearest") {
      event.preventDefault();
      var note = button.closest(".outcome__nearest");
      form.querySelector("[name='" + button.value + "-sentence']").value = note.querySelector("q").textContent;
      note.remove();
      changed();
    }
  });

  // The page as readers will see it, and the panels, from what is typed

  var toggle = form.querySelector("[data-live]");
  var pane = null;
  var waiting = null;
  var asked = 0;

  function show(answer, number) {
    // A later question has been asked meanwhile.
    if (number !== asked) return;
    Object.keys(answer.panels).forEach(function (name) {
      var panel = document.getElementById("panel-" + name) || document.getElementById(name);
      if (panel && !panel.contains(document.activeElement)) panel.innerHTML = answer.panels[name];
    });
    if (!pane) return;
    var page = new DOMParser().parseFromString(answer.page, "text/html");
    each(page.querySelectorAll("script, .site-header, .site-footer, .skip-link"), function (one) {
      one.remove();
    });
    var inside = pane.contentDocument && pane.contentDocument.getElementById("main");
    if (inside) {
      inside.innerHTML = page.getElementById("main").innerHTML;
      follow();
    } else {
      pane.onload = follow;
      pane.srcdoc = "<!doctype html>" + page.documentElement.outerHTML;
    }
  }

  // The pane shows the part that is being written, once, so that it can be scrolled from there.
  var followed = null;

  function follow() {
    var part = sections && document.activeElement.closest("#sections-group .inline-related");
    if (!part || part === followed) return;
    followed = part;
    var place = Array.prototype.indexOf.call(parts(), part) + 1;
    var shown = pane.contentDocument.getElementById("s" + place);
    if (shown) pane.contentWindow.scrollTo(0, shown.offsetTop - 16);
  }

  function ask() {
    var number = ++asked;
    fetch(toggle.getAttribute("data-live"), {
      method: "POST",
      body: new FormData(form),
      credentials: "same-origin"
    }).then(function (response) {
      if (!response.ok) throw new Error(response.status);
      return response.json();
    }).then(function (answer) {
      show(answer, number);
    }).catch(function () {
      spoken.textContent = "预览没有更新，请保存后再看。";
    });
  }

  function later() {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, 900);
  }

  function openPane(open) {
    toggle.setAttribute("aria-pressed", String(open));
    document.body.classList.toggle("with-live", open);
    if (open && !pane) {
      pane = document.createElement("iframe");
      pane.className = "live-pane";
      pane.title = "读者看到的样子";
      pane.setAttribute("sandbox", "allow-same-origin");
      document.body.appendChild(pane);
      ask();
    } else if (!open && pane) {
      pane.remove();
      pane = null;
    }
  }

  if (toggle) {
    toggle.hidden = false;
    toggle.addEventListener("click", function () {
      openPane(toggle.getAttribute("aria-pressed") !== "true");
    });
    form.addEventListener("input", later);
    form.addEventListener("change", later);
  }
}());
