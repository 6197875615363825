/* Shows which cases are in the reader's 借鉴清单, and puts them in and out without leaving the page.
   Pages are the same for everybody; what is picked stands in the reader's own cookie. */
(function () {
  "use strict";
  var form = document.getElementById("shortlist-form");
  if (!form || !document.documentElement.classList) return;
  var said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  document.body.appendChild(said);

  function each(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }

  // "12.7.33~notes:signature": the numbers are in the clear.
  function picked() {
    var found = /(?:^|;\s*)shortlist=([\d.]*)/.exec(document.cookie);
    return found && found[1] ? found[1].split(".") : [];
  }

  function mark() {
    var list = picked();
    each(".take", function (take) {
      var there = list.indexOf(take.getAttribute("data-case")) >= 0;
      take.classList[there ? "add" : "remove"]("take--in");
    });
    each("[data-picked]", function (count) {
      count.hidden = !list.length;
      count.textContent = list.length;
    });
  }

  function button(node) {
    while (node && node !== document) {
      if (node.className && String(node.className).indexOf("take__button") >= 0) return node;
      node = node.parentNode;
    }
    return null;
  }

  function post(body, then, failed) {
    var request = new XMLHttpRequest();
    request.open("POST", form.getAttribute("action"));
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.onload = function () {
      var answer = null;
      try {
        answer = JSON.parse(request.responseText);
      } catch (error) {
        return failed();
      }
      then(answer, request.status);
    };
    request.onerror = failed;
    request.send(body);
  }

  // The way that works without a script.
  function submit(pressed) {
    var field = document.createElement("input");
    field.type = "hidden";
    field.name = pressed.name;
    field.value = pressed.value;
    form.appendChild(field);
    form.submit();
  }

  function change(pressed) {
    var take = pressed.parentNode;
    while (!take.classList.contains("take")) take = take.parentNode;
    var undo = pressed.name === "add" && take.getAttribute("data-undo");
    var body = undo ? "undo=" + encodeURIComponent(undo) : pressed.name + "=" + pressed.value;
    post(
      body,
      function (answer, status) {
        var words = take.querySelector(".take__said");
        if (words) take.removeChild(words);
        if (answer.said && (status !== 200 || pressed.name === "add")) {
          words = document.createElement("p");
          words.className = "take__said";
          words.setAttribute("role", "alert");
          words.textContent = answer.said;
          take.appendChild(words);
          return mark();
        }
        // Taken out and put in again, a case has its note and place again.
        take.setAttribute("data-undo", answer.undo || "");
        mark();
        var next = take.querySelector(pressed.name === "add" ? "[name=remove]" : "[name=add]");
        if (next) next.focus();
        var number = picked().length;
        said.textContent =
          (pressed.name === "add" ? "已加入借鉴清单，" : "已移出借鉴清单，") + "共 " + number + " 个案例";
      },
      function () {
        submit(pressed);
      }
    );
  }

  document.addEventListener("click", function (event) {
    var pressed = button(event.target);
    if (!pressed || event.defaultPrevented) return;
    event.preventDefault();
    change(pressed);
  });

  // Results that another script puts in come as neutral as the page was.
  if (window.MutationObserver) {
    new MutationObserver(mark).observe(document.getElementById("main"), {
      childList: true,
      subtree: true
    });
  }
  window.addEventListener("pageshow", mark);
  mark();

  // On the list itself, a note is saved when it is written, and the links follow.
  var list = document.getElementById("shortlist");
  if (!list || !window.DOMParser) return;
  list.addEventListener("change", function (event) {
    if (event.target.nodeName !== "TEXTAREA") return;
    var body = event.target.name + "=" + encodeURIComponent(event.target.value);
    post(
      body,
      function (answer, status) {
        var words = document.getElementById("shortlist-said");
        words.textContent = answer.said;
        words.hidden = false;
        if (status === 200) follow();
      },
      function () {}
    );
  });

  function follow() {
    var request = new XMLHttpRequest();
    request.open("GET", window.location.pathname);
    request.onload = function () {
      var page = new DOMParser().parseFromString(request.responseText, "text/html");
      var old = document.getElementById("share");
      var fresh = page.getElementById("share");
      if (!old || !fresh) return;
      var names = ".citation, .share__name, .share__picture";
      var now = old.querySelectorAll(names);
      var then = fresh.querySelectorAll(names);
      // As many as before: the buttons beside them keep what they do.
      if (now.length !== then.length) old.innerHTML = fresh.innerHTML;
      else
        Array.prototype.forEach.call(now, function (one, place) {
          one.innerHTML = then[place].innerHTML;
        });
    };
    request.send();
  }
})();
