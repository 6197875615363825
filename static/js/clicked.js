/* Which hit of a search was opened: the search and a position, nothing about the reader. */
(function () {
  "use strict";
  if (!navigator.sendBeacon || !window.FormData) return;
  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest(".entries a") : null;
    var list = link && link.closest("[data-search]");
    if (!list) return;
    var items = Array.prototype.slice.call(list.children);
    var position = items.indexOf(link.closest(".entries > li")) + 1;
    var form = new FormData();
    form.append("search", list.getAttribute("data-search"));
    form.append("position", String(position));
    navigator.sendBeacon(list.getAttribute("data-clicked"), form);
  });
})();
