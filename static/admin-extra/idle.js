/* Says a minute before that the session is about to end. Typing counts as being at work.

   Without this script nothing is lost either: the server keeps a form that comes too late. */
(function () {
  "use strict";
  var address = document.currentScript.getAttribute("data-address");
  var WARNING = 60, EVERY = 60;
  var typedAt = 0, toldAt = Date.now(), timer = null, box = null;

  function token() {
    var field = document.querySelector("input[name=csrfmiddlewaretoken]");
    return field ? field.value : "";
  }

  function ask(method) {
    var request = new XMLHttpRequest();
    request.open(method, address);
    if (method === "POST") {
      toldAt = Date.now();
      request.setRequestHeader("X-CSRFToken", token());
    }
    request.onload = function () {
      var left = null;
      try { left = JSON.parse(request.responseText).left; } catch (error) { left = 0; }
      show(left);
    };
    request.onerror = function () { wait(30); };
    request.send();
  }

  function wait(seconds) {
    window.clearTimeout(timer);
    timer = window.setTimeout(look, seconds * 1000);
  }

  function look() {
    ask(typedAt > toldAt ? "POST" : "GET");
  }

  function show(left) {
    if (left > WARNING) {
      if (box) { box.hidden = true; }
      wait(left - WARNING);
      return;
    }
    if (!box) {
      box = document.createElement("div");
      box.className = "idle-warning";
      box.setAttribute("role", "alert");
      box.appendChild(document.createElement("span"));
      var button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.textContent = "继续工作";
      button.onclick = function () { ask("POST"); };
      box.appendChild(button);
      document.body.appendChild(box);
    }
    box.hidden = false;
    box.lastChild.hidden = left === 0;
    box.firstChild.textContent = left > 0
      ? "很久没有操作，" + left + " 秒后自动退出。"
      : "已自动退出。填写的内容先不要动，直接提交，重新登录后还在。";
    if (left > 0) { wait(5); } else { wait(60); }
  }

  document.addEventListener("input", function () {
    typedAt = Date.now();
    if (typedAt - toldAt > EVERY * 1000) { ask("POST"); }
  });
  wait(1);
})();
