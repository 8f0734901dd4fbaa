import { parseBigJson, stringifyBigJson } from '#kit'
import { signedFetch } from '../admin-client.ts'
import type { Command } from '../command.ts'
import { CliErrors, rootCredentials, runningServer } from '../lake-address.ts'
import { exportTable } from '../export-table.ts'

const name = /^([^.\s/]+)\.([^.\s/]+)$/
const location = /^s3[an]?:\/\/[^/]+\/?/

/** A request to the Iceberg REST catalog about one table. */
interface TableCall {
  readonly method: 'GET' | 'POST'
  readonly table: string
  readonly path: string
  readonly body?: unknown
}

/** Work on Iceberg tables that is no statement of SQL, through a running server's own doors. */
export const tables: Command = {
  name: 'tables',
  usage: 'call <db.table> <procedure> [name=value …] | add-files | export | metrics',
  meaning: 'Roll Iceberg tables back, maintain them, take Hive tables in and give them back.',
  more: `  boathouse tables call db.table rollback_to_snapshot snapshot_id=123
  boathouse tables call db.table rollback_to_timestamp timestamp=2026-01-31T12:00:00Z
  boathouse tables call db.table set_current_snapshot ref=audit
  boathouse tables call db.table cherrypick_snapshot snapshot_id=123
  boathouse tables call db.table fast_forward branch=main to=audit
  boathouse tables call db.table rewrite_data_files [strategy=sort columns=a,b] [rewrite_all=true]
  boathouse tables call db.table rewrite_position_delete_files [min_input_files=2]
  boathouse tables call db.table rewrite_manifests
  boathouse tables call db.table compute_table_stats [columns=a,b]
  boathouse tables call db.table expire_snapshots [older_than=2026-01-31] [retain_last=10]
  boathouse tables call db.table remove_orphan_files [older_than=2026-01-31] [dry_run=true]

Procedures and their arguments are those of Iceberg in Spark.

  boathouse tables add-files db.table db.hive_table     takes a Hive table's Parquet files in, as they lie there
  boathouse tables add-files db.table s3://bucket/path/ the same with the files of a folder
  boathouse tables export db.table db.new s3://bucket/path/
                                                        gives the rows back as a Hive table of Parquet files
  boathouse tables metrics db.table                     what clients measured last on the table`,
  options: ['dataDir', 'accountId', 'region'],
  run: async ({ config, words, terminal, server }) => {
    const [verb, table = '', ...rest] = words
    const wrong = usageProblem(verb, table, rest)
    if (wrong !== undefined) {
      terminal.err(`boathouse tables: ${wrong}\n`)
      return 2
    }
    const credentials = await rootCredentials(config, server)
    const running = await runningServer(config)
    if (!running) {
      throw CliErrors.NotRunning("the server is not running: start it with 'boathouse up'")
    }
    const endpoint = running.endpoint!
    const { region } = config
    if (verb === 'export') {
      const rows = await exportTable({ endpoint, region, credentials }, table, rest[0]!, rest[1]!)
      terminal.out(`${rows}\n`)
      return 0
    }
    const { method, path, body } = callOf(verb!, table, rest)
    const [, database, leaf] = name.exec(table)!
    const url = new URL(
      `/iceberg/v1/namespaces/${encodeURIComponent(database!)}/tables/${encodeURIComponent(leaf!)}/${path}`,
      endpoint,
    )
    const answer = await signedFetch(url, credentials, {
      method,
      body: body === undefined ? '' : stringifyBigJson(body),
      service: 'glue',
      region,
    })
    const text = await answer.text()
    if (!answer.ok) throw CliErrors.Refused(reasonOf(text, answer.status))
    terminal.out(`${text === '' ? '{}' : text}\n`)
    return 0
  },
}

/** What is wrong with a call; undefined for one that can be made. */
function usageProblem(
  verb: string | undefined,
  table: string,
  rest: readonly string[],
): string | undefined {
  if (verb === undefined || !['call', 'add-files', 'export', 'metrics'].includes(verb)) {
    return "say 'tables call', 'tables add-files', 'tables export' or 'tables metrics'"
  }
  if (!name.test(table)) return `a table is named database.table, not '${table}'`
  const [first = '', second = ''] = rest
  switch (verb) {
    case 'call': {
      const other = rest.slice(1).find((word) => !/^[a-z_]+=/.test(word))
      if (rest.length === 0) return "say 'tables call <db.table> <procedure> [name=value …]'"
      return other === undefined ? undefined : `an argument is written name=value, not '${other}'`
    }
    case 'add-files':
      return rest.length === 1 && (name.test(first) || location.test(first))
        ? undefined
        : "say 'tables add-files <db.table> <db.hive_table or s3://bucket/folder/>'"
    case 'export':
      return rest.length === 2 && name.test(first) && location.test(second)
        ? undefined
        : "say 'tables export <db.table> <db.new_table> <s3://bucket/folder/>'"
    default:
      return rest.length === 0 ? undefined : "say 'tables metrics <db.table>'"
  }
}

function callOf(verb: string, table: string, [first = '', ...rest]: readonly string[]): TableCall {
  if (verb === 'metrics') return { method: 'GET', table, path: 'metrics' }
  if (verb === 'add-files') {
    const [, database, leaf] = name.exec(first) ?? []
    const body =
      leaf === undefined ? { location: first } : { source: { namespace: [database], name: leaf } }
    return { method: 'POST', table, path: 'add-files', body }
  }
  const body = Object.fromEntries(
    rest.map((word) => {
      const at = word.indexOf('=')
      const argument = word.slice(0, at)
      return [argument, valueOf(argument, word.slice(at + 1))]
    }),
  )
  return { method: 'POST', table, path: `procedures/${encodeURIComponent(first)}`, body }
}

function valueOf(argument: string, text: string): unknown {
  if (argument === 'columns') return text.split(',')
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d{1,19}$/.test(text) ? BigInt(text) : text
}

function reasonOf(text: string, status: number): string {
  try {
    const { error } = parseBigJson(text) as { error?: { message?: string } }
    if (error?.message !== undefined) return error.message
  } catch {
    // It is told by its status then.
  }
  return `the server answered ${status}`
}
