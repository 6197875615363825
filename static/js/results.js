/* Ticking a filter on a wide screen shows its results at once, without loading the whole page.
   On a phone the drawer stays open until 应用筛选, and without this file the form works as such. */
(function () {
  "use strict";
  var form = document.getElementById("search");
  if (!form || !window.fetch || !window.DOMParser || !window.URLSearchParams) return;
  var wide = window.matchMedia("(min-width: 64em)");
  var latest = 0;

  function address() {
    var parameters = new URLSearchParams(new FormData(form));
    if (!parameters.get("q")) parameters.delete("q");
    var query = parameters.toString();
    return form.action.split("?")[0] + (query ? "?" + query : "");
  }

  // What the reader has unfolded stays unfolded.
  function unfolded() {
    var open = document.querySelectorAll("details[open] > summary");
    return Array.prototype.map.call(open, function (one) {
      return one.id;
    });
  }

  function show(html, focused) {
    var page = new DOMParser().parseFromString(html, "text/html");
    unfolded().forEach(function (id) {
      var summary = page.getElementById(id);
      if (summary) summary.parentNode.open = true;
    });
    ["facets", "results"].forEach(function (id) {
      var old = document.getElementById(id);
      var fresh = page.getElementById(id);
      if (old && fresh) old.parentNode.replaceChild(document.importNode(fresh, true), old);
    });
    document.title = page.title;
    if (!focused) return;
    Array.prototype.some.call(form.elements, function (box) {
      if (box.name !== focused.name || box.value !== focused.value) return false;
      box.focus();
      return true;
    });
  }

  function load(url, focused, then) {
    var number = ++latest;
    fetch(url, { credentials: "same-origin" })
      .then(function (response) {
        if (!response.ok) throw new Error(String(response.status));
        return response.text();
      })
      .then(function (html) {
        if (number !== latest) return;
        show(html, focused);
        if (then) then();
      })
      .catch(function () {
        window.location.href = url;
      });
  }

  form.addEventListener("change", function (event) {
    if (event.target.type !== "checkbox" || !wide.matches) return;
    if (document.documentElement.classList.contains("large-print")) return;
    var url = address();
    load(url, { name: event.target.name, value: event.target.value }, function () {
      window.history.pushState({ results: true }, "", url);
    });
  });

  window.addEventListener("popstate", function () {
    if (window.location.hash) return;
    load(window.location.href, null, null);
  });
})();
