/** Says what is being done where it takes long, beside the tables: a line that the next one replaces, or lines where nobody watches. */
export function progress(text: string): void {
  const { isTTY, columns = 80 } = process.stderr
  const line = `  … ${text}`
  process.stderr.write(isTTY ? `\r\u001B[2K${line.slice(0, columns - 1)}` : `${line}\n`)
}

/** Before a table is printed. */
export function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[2K')
}
