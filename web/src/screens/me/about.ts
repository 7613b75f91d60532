/** Beside the account: installing the page, and what the hub says of itself. */

import type { Context } from "../../page/context.ts";
import { doing } from "../../page/doing.ts";
import { h, replace } from "../../page/dom.ts";
import { announce } from "../../page/frame.ts";
import { canInstall, install, isInstalled } from "../../page/install.ts";
import { badge, button, facts, section } from "../../page/parts.ts";
import { qrCode } from "../../page/qr.ts";
import { size, words } from "../../page/words.ts";

/** How to put the page on the home screen; nothing where it runs from there. */
export function installSection({ left }: Context): HTMLElement | undefined {
  if (isInstalled()) return undefined;
  const say = words().me.install;
  const place = h("div.line");
  const accept = async () => {
    if (!(await install())) return draw();
    replace(place, badge("check", say.done));
    announce(say.done);
  };
  const draw = () => {
    const offered = canInstall(draw, left);
    replace(
      place,
      offered ? button(say.button, () => void accept(), "usual", "down") : h("small", say.manual),
    );
  };
  draw();
  return section(say.heading, h("p", say.lead), place);
}

/** The account's code as one that a camera reads, drawn when it is wanted. */
function codeOf(account: string): HTMLElement {
  const say = words().me.about;
  const place = h("div.code");
  const details = h("details", h("summary", say.code), h("p", h("small", say.codeText)), place);
  details.addEventListener("toggle", () => {
    if (details.open && place.childElementCount === 0)
      void qrCode(account, say.code).then((code) => replace(place, code));
  });
  return details;
}

/** Address, version and limits, which the hub is asked for. */
export function aboutSection({ client }: Context): HTMLElement {
  const say = words().me.about;
  const place = h("div");
  const hub = { icon: "globe", term: say.hub, text: client.origin } as const;
  const account = { icon: "me", term: say.account, text: h("code", client.account) } as const;
  const draw = async () => {
    const told = await doing(place, words().common.loading, () => client.about());
    if (told === undefined) return replace(place, facts(hub, account), h("small", say.offline));
    const { version, arithmetic, limits } = told.value;
    replace(
      place,
      facts(
        hub,
        { icon: "seal", term: say.version, text: `Kentongan ${version}` },
        { icon: "klass", term: say.arithmetic, text: say.ways[arithmetic] ?? arithmetic },
        { icon: "file", term: say.limits, text: size(limits.attachment) },
        account,
      ),
      h("p", h("small", say.source)),
    );
  };
  void draw();
  return section(say.heading, place, codeOf(client.account));
}
