/* Shows how far an export is without loading the page again, and fetches the file at the end. */
(function () {
  "use strict";
  var page = document.getElementById("export");
  if (!page) return;

  function replace(id, fresh) {
    var old = document.getElementById(id);
    var next = fresh.getElementById(id);
    if (old && next && old.innerHTML !== next.innerHTML) old.innerHTML = next.innerHTML;
  }

  function look() {
    var phase = page.getAttribute("data-phase");
    if (phase === "done") window.location.href = page.getAttribute("data-file");
    else if (phase === "writing" || phase === "waiting") window.setTimeout(ask, 1000);
  }

  function ask() {
    var request = new XMLHttpRequest();
    request.open("GET", window.location.href);
    request.onload = function () {
      var fresh = new DOMParser().parseFromString(request.responseText, "text/html");
      var next = fresh && fresh.getElementById("export");
      if (!next) return window.location.reload();
      // The heading is read out: it changes with the phase only.
      replace("export-heading", fresh);
      replace("export-detail", fresh);
      document.title = fresh.title;
      page.setAttribute("data-phase", next.getAttribute("data-phase"));
      page.setAttribute("data-file", next.getAttribute("data-file") || "");
      look();
    };
    // The server may be restarting; the next look finds the export where it was.
    request.onerror = function () {
      window.setTimeout(ask, 3000);
    };
    request.send();
  }

  look();
})();
