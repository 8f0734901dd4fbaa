export interface Row {
  readonly name: string
  /** One for each column; undefined where it was not measured. */
  readonly values: readonly (number | undefined)[]
  /** Why there is nothing, or what is different about it. */
  readonly note?: string
}

export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  /** The first row is ours: the others are shown with our ratio to them. */
  readonly rows: readonly Row[]
  /** Whether ours is better when it is greater (a rate) or smaller (a time, a size). */
  readonly better: 'greater' | 'smaller'
}

/** Numbers, and behind each in brackets how many times better ours is. */
export function printTable(table: Table): void {
  const [ours, ...others] = table.rows
  const cell = (value: number | undefined, own: number | undefined) => {
    if (value === undefined) return '–'
    if (own === undefined) return short(value)
    const ratio = table.better === 'greater' ? own / value : value / own
    return `${short(value)} (${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)}×)`
  }
  const lines = [
    [table.title, ...table.columns, ''],
    [ours!.name, ...ours!.values.map((value) => cell(value, undefined)), ours!.note ?? ''],
    ...others.map((row) => [
      row.name,
      ...row.values.map((value, index) => cell(value, ours!.values[index])),
      row.note ?? '',
    ]),
  ]
  const widths = lines[0]!.map((_, column) =>
    Math.max(...lines.map((line) => line[column]!.length)),
  )
  for (const line of lines) {
    const cells = line.map((text, column) =>
      column === 0 || column === line.length - 1
        ? text.padEnd(widths[column]!)
        : text.padStart(widths[column]!),
    )
    process.stdout.write(`  ${cells.join('  ').trimEnd()}\n`)
  }
  process.stdout.write('\n')
}

function short(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`
  if (value >= 10_000) return `${(value / 1e3).toFixed(1)} k`
  if (value >= 100) return value.toFixed(0)
  return value.toPrecision(3)
}
