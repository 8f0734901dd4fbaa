/** Writes a line. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

let steps = 0

/** Says what happens next, in one numbered line. */
export function step(what: string): void {
  steps += 1
  say(`\n${steps}. ${what}`)
}

/** Rows under a header, with numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  )
  const numeric = header.map(
    (_title, column) =>
      rows.length > 0 && rows.every((row) => /^-?[\d.,]+( [KMG]?i?B)?$/.test(row[column] ?? '')),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        numeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('   ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('───')
  return [line(header), rule, ...rows.map(line)].map((text) => `  ${text}`).join('\n')
}

export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}

/** A bar on a terminal; elsewhere one line at the end. Call it with how much is done. */
export function progressBar(total: number): (done: number) => void {
  const startedMs = performance.now()
  const width = 32
  return (done) => {
    const ended = done >= total
    if (!process.stdout.isTTY && !ended) return
    const filled = Math.round((done / total) * width)
    const seconds = (performance.now() - startedMs) / 1000
    const rate = Math.round(done / Math.max(seconds, 0.001)).toLocaleString('en')
    const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`
    const text = `  ${bar} ${done.toLocaleString('en')} acknowledged, ${rate} a second`
    process.stdout.write(`${process.stdout.isTTY ? '\r' : ''}${text}${ended ? '\n' : ''}`)
  }
}
