/** The page's start. */

document.documentElement.dataset["ready"] = "";
export {};
