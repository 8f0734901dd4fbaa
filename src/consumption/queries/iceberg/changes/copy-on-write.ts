import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type SnapshotChange, currentSchema } from '#catalog/tables'
import { quoteText } from '#consumption/sql'
import {
  type TaskFile,
  bucketMacros,
  copyData,
  finishFiles,
  readFiles,
  taskInputs,
  writtenFiles,
} from '#processing/iceberg'
import type { WriteParts } from '../../writes/run-write.ts'
import { failing, sqlForms } from '../scan.ts'
import { raise } from '../writes/rows.ts'
import type { StagedFiles } from '../writes/staged-files.ts'
import type { FoundChanges } from './found-changes.ts'

/** Files with a row that changes are written anew, with the rows that stay and the new ones. */
export async function copyOnWrite(
  found: FoundChanges,
  staged: StagedFiles,
  folder: string,
  taskFiles: TaskFile[],
  parts: WriteParts,
): Promise<SnapshotChange> {
  await using held = new AsyncDisposableStack()
  const { metadata } = found.source
  const schema = currentSchema(metadata)
  const numbers = [...found.affected.keys()]
  const affected = numbers.map((at) => found.files[at]!)
  const lineage = metadata['format-version'] >= 3
  const names = [
    ...schema.fields.map((_, at) => `c${at}`),
    ...(lineage ? ['row_id', 'row_sequence'] : []),
  ]
  const inputs: TaskFile[] = []
  const rows = await readFiles(
    {
      id: 'kept',
      metadata,
      schema,
      files: affected,
      forms: sqlForms,
      extras: ['file', 'position', ...(lineage ? (['row_id', 'row_sequence'] as const) : [])],
      failing,
    },
    {
      ...parts,
      accountId: parts.context.accountId,
      files: inputs,
      held,
      schemas: parts.icebergFiles,
    },
  )
  taskFiles.push(...inputs)
  // The numbers of the files here are other ones than those that the query counted.
  const renumbered = numbers.map((at, here) => `(${at}, ${here})`).join(', ')
  const gone = `SELECT n.here AS file, d.pos FROM read_parquet(${quoteText(found.deletedParquet)}) AS d
    JOIN (VALUES ${renumbered}) AS n(there, here) ON n.there = d.file`
  const kept = `SELECT ${names.map((name) => `k.${name}`).join(', ')} FROM lake.kept AS k
    ANTI JOIN (${gone}) AS g ON g.file = k.file AND g.pos = k.position`
  const added = found.rowsParquet
    ? ` UNION ALL SELECT ${names.join(', ')} FROM read_parquet(${quoteText(found.rowsParquet)})`
    : ''
  const data = join(folder, 'rewritten')
  await mkdir(data)
  const keptSql =
    affected.length > 0 ? kept : `SELECT ${names.join(', ')} FROM lake.kept WHERE false`
  const request = { sql: keptSql + added, metadata, forms: sqlForms, raise, folder: data, lineage }
  const run = await parts.engine.run(
    {
      ...taskInputs(inputs),
      outputFolder: folder,
      mapsAsJson: true,
      statements: [
        ...bucketMacros,
        'CREATE SCHEMA lake',
        `CREATE VIEW lake.kept AS ${rows}`,
        { sql: copyData(request) },
      ],
    },
    parts.signal,
  )
  const { engine, signal } = parts
  const written = await finishFiles(engine, writtenFiles(run, request), request, folder, signal)
  const files = await staged.data(written)
  if (affected.length === 0) return { kind: 'append', added: files }
  return { kind: 'overwrite', added: files, removed: affected.map(({ file }) => file) }
}
