import { callAdmin } from '../admin-client.ts'
import type { Command } from '../command.ts'
import { CliErrors, rootCredentials, runningServer } from '../lake-address.ts'

interface Figures {
  readonly objects: number
  readonly bytes: number
  readonly noncurrentVersions: number
  readonly noncurrentBytes: number
}

interface Usage extends Figures {
  readonly bucket: string
  readonly deleteMarkers: number
  readonly uploads: number
  readonly uploadBytes: number
  readonly classes: readonly (Figures & { readonly storageClass: string })[]
}

/** One line for each bucket, and one for each storage class where there are several. */
export const usage: Command = {
  name: 'usage',
  usage: '[bucket]',
  meaning: 'Say how many objects, versions and bytes the buckets of an account hold.',
  more: `Each line: bucket, storage class, current objects, their bytes, noncurrent versions, their bytes, delete markers,
uploads under way, bytes of their parts. Figures are exact and cost nothing to ask for.`,
  options: ['dataDir', 'accountId'],
  run: async ({ config, words, terminal, server }) => {
    if (words.length > 1) {
      terminal.err("boathouse usage: say 'usage' or 'usage <bucket>'\n")
      return 2
    }
    const credentials = await rootCredentials(config, server)
    const running = await runningServer(config)
    if (!running)
      throw CliErrors.NotRunning("the server is not running: start it with 'boathouse up'")
    const { buckets } = await callAdmin<{ buckets: Usage[] }>(running.endpoint!, credentials, {
      method: 'GET',
      path: 'usage',
    })
    const [name] = words
    const shown = buckets.filter(({ bucket }) => name === undefined || bucket === name)
    if (name !== undefined && shown.length === 0)
      throw CliErrors.Refused(`account ${config.accountId} has no bucket '${name}'`)
    const lines = [
      ['bucket', 'class', 'objects', 'bytes', 'noncurrent', 'bytes', 'markers', 'uploads', 'bytes'],
      ...shown.flatMap(linesOf),
    ]
    terminal.out(inColumns(lines))
    return 0
  },
}

function linesOf(bucket: Usage): string[][] {
  const { deleteMarkers, uploads, uploadBytes, classes } = bucket
  const [only, ...others] = classes
  const name = others.length === 0 ? (only?.storageClass ?? '-') : 'all'
  const rest = [deleteMarkers, uploads, uploadBytes].map(String)
  const total = [bucket.bucket, name, ...figuresOf(bucket), ...rest]
  if (others.length === 0) return [total]
  return [
    total,
    ...classes.map((one) => [bucket.bucket, one.storageClass, ...figuresOf(one), '', '', '']),
  ]
}

function figuresOf(figures: Figures): string[] {
  const { objects, bytes, noncurrentVersions, noncurrentBytes } = figures
  return [objects, bytes, noncurrentVersions, noncurrentBytes].map(String)
}

/** Names to the left, numbers to the right. */
function inColumns(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, column) =>
    Math.max(...lines.map((line) => line[column]!.length)),
  )
  return lines
    .map((line) =>
      line
        .map((cell, at) => (at < 2 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}
