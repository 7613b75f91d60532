/** `/`: the news for somebody with an account here, else the welcome. */

import type { Visit } from "../../page/context.ts";
import { welcome } from "./welcome.ts";

/** Shows it. */
export async function home(visit: Visit): Promise<void> {
  if (visit.client !== undefined) return visit.go("/inbox", true);
  return welcome(visit);
}
