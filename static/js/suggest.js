/* Suggestions under the search box while typing: a combobox as WAI-ARIA describes it. Without this
   file the box is a plain one. */
(function () {
  "use strict";
  var input = document.getElementById("q");
  if (!input || !window.fetch) return;
  var address = input.getAttribute("data-suggest");
  if (!address) return;
  var list = document.createElement("ul");
  var status = document.createElement("p");
  var active = -1;
  var latest = 0;
  var timer = 0;
  list.id = "suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "检索建议");
  list.hidden = true;
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  input.parentNode.appendChild(list);
  input.parentNode.appendChild(status);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(index) {
    var options = list.children;
    if (active >= 0 && options[active]) options[active].setAttribute("aria-selected", "false");
    active = index;
    if (active < 0) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    options[active].setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", options[active].id);
  }

  function option(entry, index) {
    var item = document.createElement("li");
    var link = document.createElement("a");
    var kind = document.createElement("span");
    var label = document.createElement("span");
    item.id = "suggestion-" + index;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    kind.className = "suggestions__kind";
    kind.textContent = entry.kind;
    label.className = "suggestions__label";
    label.textContent = entry.label;
    link.href = entry.url;
    link.tabIndex = -1;
    link.appendChild(label);
    link.appendChild(kind);
    if (entry.count > 1) kind.textContent += " · " + entry.count + " 个案例";
    item.appendChild(link);
    return item;
  }

  function show(entries) {
    list.textContent = "";
    entries.forEach(function (entry, index) {
      list.appendChild(option(entry, index));
    });
    active = -1;
    list.hidden = !entries.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = entries.length ? "有 " + entries.length + " 条建议，用上下键选择" : "";
  }

  function ask() {
    var number = ++latest;
    var typed = input.value.trim();
    if (!typed) return close();
    fetch(address + "?q=" + encodeURIComponent(typed), { credentials: "same-origin" })
      .then(function (response) {
        return response.ok ? response.json() : { suggestions: [] };
      })
      .then(function (answer) {
        if (number === latest && document.activeElement === input) show(answer.suggestions);
      })
      .catch(close);
  }

  input.addEventListener("input", function () {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, 120);
  });
  input.addEventListener("keydown", function (event) {
    var count = list.children.length;
    // While a Chinese input method composes, the keys are its own.
    if (event.isComposing || list.hidden || !count) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      var step = event.key === "ArrowDown" ? 1 : -1;
      choose(active < 0 && step < 0 ? count - 1 : (active + step + count) % count);
      event.preventDefault();
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      window.location.href = list.children[active].firstChild.href;
    } else if (event.key === "Escape") {
      close();
      event.preventDefault();
    }
  });
  input.addEventListener("blur", function () {
    // A click on a suggestion takes the focus first.
    window.setTimeout(close, 200);
  });
})();
