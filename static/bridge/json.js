/* JSON for browsers that have none. ES3; reads text without running it. */
var bridge = {};

(function () {
  var text, at;
  var escapes = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

  function fail() { throw new Error("This is no JSON"); }

  function space() { while (at < text.length && " \t\r\n".indexOf(text.charAt(at)) >= 0) { at += 1; } }

  function take(sign) {
    space();
    if (text.charAt(at) !== sign) { return false; }
    at += 1;
    return true;
  }

  function word() {
    var found = /^(true|false|null|-?\d+(\.\d+)?([eE][+-]?\d+)?)/.exec(text.substr(at, 40));
    if (!found) { fail(); }
    at += found[0].length;
    return found[0] === "true" ? true : found[0] === "false" ? false : found[0] === "null" ? null : Number(found[0]);
  }

  function string() {
    var out = "", sign;
    while (at < text.length) {
      sign = text.charAt(at);
      at += 1;
      if (sign === "\"") { return out; }
      if (sign === "\\") {
        sign = text.charAt(at);
        at += 1;
        if (sign === "u") {
          sign = String.fromCharCode(parseInt(text.substr(at, 4), 16));
          at += 4;
        } else {
          sign = escapes[sign] || sign;
        }
      }
      out += sign;
    }
    return fail();
  }

  function list() {
    var out = [];
    if (take("]")) { return out; }
    do { out.push(value()); } while (take(","));
    return take("]") ? out : fail();
  }

  function object() {
    var out = {}, name;
    if (take("}")) { return out; }
    do {
      if (!take("\"")) { fail(); }
      name = string();
      if (!take(":")) { fail(); }
      out[name] = value();
    } while (take(","));
    return take("}") ? out : fail();
  }

  function value() {
    if (take("{")) { return object(); }
    if (take("[")) { return list(); }
    if (take("\"")) { return string(); }
    space();
    return word();
  }

  bridge.read = function (given) {
    text = String(given);
    at = 0;
    return value();
  };

  bridge.form = function (fields) {
    var name, parts = [];
    for (name in fields) {
      if (Object.prototype.hasOwnProperty.call(fields, name)) {
        parts.push(encodeURIComponent(name) + "=" + encodeURIComponent(fields[name]));
      }
    }
    return parts.join("&");
  };
}());
