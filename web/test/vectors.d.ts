/** The vector files by their path below the folder of vectors; `build.mjs` puts them in. */
declare module "vectors" {
  const files: Readonly<Record<string, unknown>>;
  export default files;
}
