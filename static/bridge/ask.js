/* Requests and elements for browsers of any age. ES3. */
(function () {
  bridge.id = function (name) { return document.getElementById(name); };

  bridge.on = function (element, event, act) {
    if (element.addEventListener) { element.addEventListener(event, act, false); } else { element.attachEvent("on" + event, act); }
  };

  /* Keep a form from leaving the page. */
  bridge.stay = function (event) {
    if (event.preventDefault) { event.preventDefault(); } else { event.returnValue = false; }
  };

  bridge.show = function (element, isShown) { element.style.display = isShown ? "block" : "none"; element.hidden = !isShown; };

  bridge.write = function (element, words) {
    while (element.firstChild) { element.removeChild(element.firstChild); }
    element.appendChild(document.createTextNode(words));
  };

  bridge.make = function (tag, className, words) {
    var made = document.createElement(tag);
    made.className = className;
    if (words) { made.appendChild(document.createTextNode(words)); }
    return made;
  };

  function opened() {
    return window.XMLHttpRequest ? new XMLHttpRequest() : new ActiveXObject("Microsoft.XMLHTTP");
  }

  /* then(status, answer): status 0 when the server didn't answer; answer is never null. */
  bridge.ask = function (method, path, fields, then) {
    var request = opened(), answer;
    request.open(method, path, true);
    request.setRequestHeader("Accept", "application/json");
    if (fields !== null) { request.setRequestHeader("Content-Type", typeof fields === "string" ? "application/json" : "application/x-www-form-urlencoded; charset=UTF-8"); }
    request.onreadystatechange = function () {
      if (request.readyState !== 4) { return; }
      request.onreadystatechange = function () {};
      try { answer = bridge.read(request.responseText); } catch (problem) { answer = {}; }
      then(request.status, answer || {});
    };
    request.send(fields === null || typeof fields === "string" ? fields : bridge.form(fields));
  };

  /* A random id, by which the server knows a message that is sent again. */
  bridge.freshId = function () {
    var out = "", count;
    for (count = 0; count < 20; count += 1) { out += "0123456789abcdef".charAt(Math.floor(Math.random() * 16)); }
    return out;
  };
}());
