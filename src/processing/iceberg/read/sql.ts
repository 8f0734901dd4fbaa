/** Small pieces of the engine's SQL. */

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** A list of the task's input files. */
export function fileList(names: readonly string[]): string {
  return `[${names.map((name) => quoteText(`{in}/${name}`)).join(', ')}]`
}

/** A row of these fields. */
export function structSql(
  fields: readonly { readonly name: string; readonly sql: string }[],
): string {
  return `struct_pack(${fields.map(({ name, sql }) => `${quoteName(name)} := ${sql}`).join(', ')})`
}
