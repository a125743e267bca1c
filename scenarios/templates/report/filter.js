// Without this script the table is whole; with it, organisations can be looked up by a part of a name.
(function () {
  var box = document.querySelector(".filter");
  if (!box) return;
  var groups = Array.prototype.slice.call(document.querySelectorAll("#granted-table tbody"));
  var texts = groups.map(function (group) { return group.textContent.toLowerCase(); });
  box.hidden = false;
  box.querySelector("input").addEventListener("input", function (event) {
    var word = event.target.value.trim().toLowerCase();
    groups.forEach(function (group, index) { group.hidden = texts[index].indexOf(word) < 0; });
  });
})();
