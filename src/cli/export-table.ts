import { setTimeout as pause } from 'node:timers/promises'
import type { RootCredentials } from '#admin'
import { CliErrors } from './lake-address.ts'

const pollMs = 200

/**
 * Writes a table's rows as a new Hive table of Parquet files in a folder, with a statement of Athena. Answers what was run. Errors: `Refused`, with
 * the reason that the statement failed for.
 */
export async function exportTable(
  to: {
    readonly endpoint: string
    readonly region: string
    readonly credentials: RootCredentials
  },
  table: string,
  target: string,
  folder: string,
): Promise<string> {
  const sdk = await import('@aws-sdk/client-athena')
  const athena = new sdk.AthenaClient({ ...to })
  const place = folder.endsWith('/') ? folder : `${folder}/`
  const sql = `CREATE TABLE ${quoted(target)} WITH (format = 'PARQUET', external_location = '${place.replaceAll("'", "''")}') AS SELECT * FROM ${quoted(table)}`
  try {
    const { QueryExecutionId } = await athena.send(
      new sdk.StartQueryExecutionCommand({
        QueryString: sql,
        ResultConfiguration: { OutputLocation: bucketOf(place) },
      }),
    )
    for (;;) {
      const { QueryExecution } = await athena.send(
        new sdk.GetQueryExecutionCommand({ QueryExecutionId }),
      )
      const { State, StateChangeReason } = QueryExecution!.Status!
      if (State === 'SUCCEEDED') return sql
      if (State === 'FAILED' || State === 'CANCELLED') {
        throw CliErrors.Refused(StateChangeReason ?? `the statement is ${State}`)
      }
      await pause(pollMs)
    }
  } catch (error) {
    if (error instanceof sdk.AthenaServiceException)
      throw CliErrors.Refused(error.message, {}, error)
    throw error
  } finally {
    athena.destroy()
  }
}

function quoted(name: string): string {
  return name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.')
}

/** The statement's own results, of which there are none, go beside the folder. */
function bucketOf(place: string): string {
  return `${place.split('/').slice(0, 3).join('/')}/athena-results/`
}
