/* Everything works without this file; it adds what only a script can do. */
(function () {
  "use strict";
  document.documentElement.classList.add("scripted");

  function each(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }

  each("[data-print]", function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      window.print();
    });
  });

  function copy(element) {
    // navigator.clipboard is missing over plain HTTP, which offices' inner networks use.
    var range = document.createRange();
    range.selectNodeContents(element);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand("copy");
  }

  each("[data-copy]", function (button) {
    var source = document.querySelector(button.getAttribute("data-copy"));
    if (!source) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      button.textContent = copy(source) ? "已复制" : "已选中，请按 Ctrl+C";
    });
  });

  // The section menu shows where the reader is.
  var links = {};
  each(".case-menu a", function (link) {
    links[link.hash.slice(1)] = link;
  });
  if (Object.keys(links).length && "IntersectionObserver" in window) {
    var current = null;
    var observer = new IntersectionObserver(
      function (entries) {
        entries.forEach(function (entry) {
          if (!entry.isIntersecting) return;
          if (current) current.removeAttribute("aria-current");
          current = links[entry.target.id];
          current.setAttribute("aria-current", "true");
        });
      },
      { rootMargin: "0px 0px -75% 0px" }
    );
    Object.keys(links).forEach(function (id) {
      var target = document.getElementById(id);
      if (target) observer.observe(target);
    });
  }
})();
