
// Added to SimCord's page: the commands in the menu of a message, which it does not have. NAMES comes before.
{
  const list = document.querySelector("#channel-message-list");
  const run = (messageId, name) =>
    dispatch("click", { control_key: `message:${messageId}:component:command:${name}` });
  const menuOf = (messageId) => {
    const menu = document.createElement("details");
    menu.className = "message-commands";
    const summary = document.createElement("summary");
    summary.textContent = "Apps";
    menu.append(summary);
    for (const name of NAMES) {
      const choice = document.createElement("button");
      choice.type = "button";
      choice.textContent = name;
      choice.addEventListener("click", () => { menu.open = false; run(messageId, name); });
      menu.append(choice);
    }
    return menu;
  };
  const complete = () => {
    for (const toolbar of list.querySelectorAll(".message-context-actions")) {
      const message = toolbar.closest("[data-message-id]");
      if (message && !toolbar.querySelector(".message-commands")) toolbar.append(menuOf(message.dataset.messageId));
    }
  };
  new MutationObserver(complete).observe(list, { childList: true, subtree: true });
  complete();
}
