/* Begins, and keeps listening: each request is held by the server until there is news. ES3. */
(function () {
  var OVER = "This session is over. You can close this page.";

  bridge.session = bridge.id("page").getAttribute("data-session");
  bridge.root = "/api/bridge/" + bridge.session;

  function state(words) { bridge.write(bridge.id("state"), words); }

  function end(words) {
    state(words);
    bridge.show(bridge.id("question"), false);
    bridge.show(bridge.id("held"), false);
    bridge.id("text").disabled = true;
    bridge.id("file").disabled = true;
  }

  function listen(seconds) {
    bridge.ask("GET", bridge.root + "/messages?wait=" + seconds + "&" + bridge.place() + "&_=" + new Date().getTime(), null, function (status, answer) {
      if (status === 200) {
        state("Connected");
        bridge.news(answer);
        bridge.files();
        setTimeout(function () { listen(20); }, 50);
      } else if (status === 404) {
        end(OVER);
      } else if (status === 401 || status === 403) {
        end("This session has a helper program of its own. Please use its window to chat.");
      } else {
        state("No connection. Trying again…");
        setTimeout(function () { listen(0); }, 4000);
      }
    });
  }

  bridge.on(bridge.id("say"), "submit", function (event) { bridge.stay(event); bridge.say(); });
  bridge.on(bridge.id("text"), "keydown", function (event) {
    if (event.keyCode === 13 && !event.shiftKey && !event.isComposing) { bridge.stay(event); bridge.say(); }
  });
  bridge.on(bridge.id("allow"), "click", function () { bridge.answer(true); });
  bridge.on(bridge.id("decline"), "click", function () { bridge.answer(false); });
  bridge.on(bridge.id("stop"), "click", bridge.stop);
  bridge.on(bridge.id("send"), "submit", bridge.sending);
  bridge.on(bridge.id("sent"), "load", bridge.sent);
  bridge.show(bridge.id("question"), false);
  bridge.show(bridge.id("held"), false);
  listen(0);
}());
