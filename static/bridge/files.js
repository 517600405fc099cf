/* The technician's files, and sending one to the technician by a plain form. ES3. */
(function () {
  var waits = false;

  function size(count) {
    if (count < 1000) { return count + " B"; }
    return count < 1000000 ? Math.round(count / 1000) + " KB" : Math.round(count / 100000) / 10 + " MB";
  }

  function row(file) {
    var item = bridge.make("li", "", ""), link = bridge.make("a", "", file.name);
    link.href = bridge.root + "/files/" + encodeURIComponent(file.id) + "/download";
    item.appendChild(link);
    item.appendChild(bridge.make("span", "quiet", " " + size(file.size) + (file.status === "downloaded" ? ", downloaded" : "")));
    return item;
  }

  bridge.files = function () {
    bridge.ask("GET", bridge.root + "/files?direction=to-customer&_=" + new Date().getTime(), null, function (status, answer) {
      var list = bridge.id("files"), files = answer.files || [], count;
      if (status !== 200) { return; }
      bridge.write(list, "");
      for (count = 0; count < files.length; count += 1) { list.appendChild(row(files[count])); }
      bridge.show(bridge.id("no-files"), files.length === 0);
    });
  };

  bridge.sending = function (event) {
    if (!bridge.id("file").value) {
      bridge.stay(event);
      bridge.write(bridge.id("sending"), "Please choose a file first.");
      return;
    }
    waits = true;
    bridge.write(bridge.id("sending"), "Sending… Please leave this page open.");
  };

  /* The frame has loaded: the server's small page says how it went. */
  bridge.sent = function () {
    var said = "";
    if (!waits) { return; }
    waits = false;
    try {
      said = bridge.id("sent").contentWindow.document.getElementById("said").innerHTML;
    } catch (problem) { said = ""; }
    if (said.indexOf("successful") >= 0) { bridge.id("send").reset(); }
    bridge.write(bridge.id("sending"), said ? said.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&") : "The file was not sent. Please try again.");
  };
}());
