/* Starts the API viewer that this page loaded: Swagger UI (/docs) or Redoc (/redoc). */
(function () {
  "use strict";
  var place = document.getElementById("viewer");
  if (place.dataset.viewer === "swagger") {
    // Swagger UI has a dark look of its own; Redoc has none and stays light.
    document.documentElement.classList.toggle("dark-mode", document.documentElement.dataset.bsTheme === "dark");
    window.SwaggerUIBundle({
      url: "/openapi.json",
      domNode: place,
      deepLinking: true,
      docExpansion: "none",
      tryItOutEnabled: true,
      requestInterceptor: addCsrf,
    });
  } else {
    window.Redoc.init(
      "/openapi.json",
      {
        hideDownloadButton: true,
        theme: {
          colors: { primary: { main: "#0e7a78" } },
          typography: {
            fontFamily: "Inter Variable, sans-serif",
            headings: { fontFamily: "Inter Variable, sans-serif" },
          },
        },
      },
      place,
    );
  }

  function addCsrf(request) {
    var found = document.cookie.match(/(?:^|;\s*)XSRF-TOKEN=([^;]*)/);
    if (found && request.method !== "GET") request.headers["X-XSRF-TOKEN"] = decodeURIComponent(found[1]);
    return request;
  }
})();
