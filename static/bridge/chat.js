/* The messages, the technician's questions, and what the technician may do. ES3. */
(function () {
  var since = 0, seen = {}, question = null;
  var WORDS = { view: "see your screen", control: "use your mouse and keyboard", clipboard: "use your clipboard", files: "exchange files with you", commands: "run diagnostic commands" };

  function sentence(rights) {
    var out = [], count;
    for (count = 0; count < rights.length; count += 1) { out.push(WORDS[rights[count]] || rights[count]); }
    return out.length > 1 ? out.slice(0, -1).join(", ") + " and " + out[out.length - 1] : out.join("");
  }

  function two(count) { return (count < 10 ? "0" : "") + count; }

  bridge.add = function (message) {
    var at = new Date(message.timestamp), own = message.role !== "technician", list = bridge.id("messages");
    var item = bridge.make("div", own ? "message own" : "message", ""), key = "id" + message.id;
    since = Math.max(since, message.timestamp);
    if (seen[key]) { return; }
    seen[key] = true;
    item.appendChild(bridge.make("p", "said", message.message));
    item.appendChild(bridge.make("p", "by", (own ? "You" : message.sender || "Technician") + " · " + two(at.getHours()) + ":" + two(at.getMinutes())));
    bridge.show(bridge.id("empty"), false);
    list.appendChild(item);
    list.scrollTop = list.scrollHeight;
  };

  bridge.news = function (answer) {
    var count, messages = answer.messages || [], rights = answer.rights || [];
    for (count = 0; count < messages.length; count += 1) { bridge.add(messages[count]); }
    question = answer.question || null;
    bridge.show(bridge.id("question"), Boolean(question));
    if (question) {
      bridge.write(bridge.id("question-title"), (question.technicianName || "A technician") + " asks to");
      bridge.write(bridge.id("question-rights"), sentence(question.rights || []) + ".");
      bridge.write(bridge.id("question-reason"), question.reason ? "Reason: " + question.reason : "");
    }
    bridge.show(bridge.id("held"), rights.length > 0);
    bridge.write(bridge.id("held-text"), "Your technician may " + sentence(rights) + ".");
  };

  /* Where the next answer begins. */
  bridge.place = function () { return "since=" + since + "&asked=" + (question ? encodeURIComponent(question.requestId) : ""); };

  bridge.answer = function (isYes) {
    var said = "{\"approved\":" + isYes + ",\"requestId\":\"" + question.requestId + "\"}";
    bridge.show(bridge.id("question"), false);
    bridge.ask("POST", "/api/sessions/" + bridge.session + "/approval", said, function (status, answer) {
      if (status !== 200) { bridge.trouble(answer.error || "Your answer did not reach the server. Please try again."); }
    });
  };

  bridge.stop = function () {
    bridge.ask("POST", bridge.root + "/stop", {}, function (status, answer) {
      if (status !== 200) { bridge.trouble(answer.error || "The session was not stopped. Please try again."); }
    });
  };

  bridge.say = function () {
    var field = bridge.id("text"), words = field.value, id = bridge.freshId();
    if (!/\S/.test(words)) { return; }
    field.value = "";
    field.focus();
    deliver({ message: words, clientId: id }, 0);
  };

  function deliver(fields, tries) {
    bridge.ask("POST", bridge.root + "/messages", fields, function (status, answer) {
      if (status === 200) {
        bridge.trouble("");
      } else if ((status === 0 || status >= 500) && tries < 3) {
        bridge.trouble("The line is down. Your message is sent again by itself.");
        setTimeout(function () { deliver(fields, tries + 1); }, 3000);
      } else {
        bridge.trouble(answer.error || "Your message was not sent. Please try again.");
        if (!bridge.id("text").value) { bridge.id("text").value = fields.message; }
      }
    });
  }

  bridge.trouble = function (words) { bridge.write(bridge.id("trouble"), words); };
}());
