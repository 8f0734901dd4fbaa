import { createReadStream } from 'node:fs'
import { isLakeError } from '#kit'
import { type Analysis, printedSql, quoteName } from '#consumption/sql'
import type { Database, Transaction } from '#platform/database'
import type { EngineStatement } from '#processing/engine'
import type { ObjectInfo, Objects, PublishInput, StageTarget, StagedBlob } from '#storage/objects'
import { csvLine } from './csv.ts'

/** Results up to here never become a file: the store keeps small objects together. */
export const inlineBytesMax = 128 * 1024

/** Every value quoted, NULL empty without quotes: https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html */
export function resultCopy(analysis: Analysis): EngineStatement {
  const names = engineNames(analysis)
  const items = analysis.columns.map(
    (column, index) =>
      `${printedSql(`q.c${index}`, column.type)} AS ${names ? quoteName(names[index]!) : `c${index}`}`,
  )
  const header = names !== undefined
  return {
    sql: `COPY (SELECT ${items.join(', ')} FROM (${analysis.sql}) AS q)`,
    tail: ` TO '{out}/result' (FORMAT csv, HEADER ${header}, DELIMITER ',', QUOTE '"', ESCAPE '"', FORCE_QUOTE *, NULLSTR '')`,
  }
}

/** The columns' names, where the engine writes them as they are: it has none that are empty, and none twice. */
function engineNames({ columns }: Analysis): readonly string[] | undefined {
  const names = columns.map(({ name }) => name)
  const distinct = new Set(names.map((name) => name.toLowerCase()))
  return distinct.size === names.length && !distinct.has('') ? names : undefined
}

/** Takes over what the engine has written for `resultCopy`: the file at `path`, or the text `output`. */
export async function stageResult(
  analysis: Analysis,
  { path, output }: { readonly path: string; readonly output: string | undefined },
  objects: Objects,
  target: StageTarget,
): Promise<StagedBlob> {
  const header = engineNames(analysis) ? '' : csvLine(analysis.columns.map(({ name }) => name))
  if (output !== undefined) return objects.stage(Buffer.from(header + output), target)
  return header === ''
    ? objects.stageFile(path, target)
    : objects.stage(withHeader(header, path), target)
}

async function* withHeader(header: string, path: string): AsyncGenerator<Buffer> {
  yield Buffer.from(header)
  yield* createReadStream(path) as AsyncIterable<Buffer>
}

/** Names a staged result and does `also` in one transaction. */
export async function publishResult(
  input: PublishInput,
  { objects, database }: { readonly objects: Objects; readonly database: Database },
  also: (tx: Transaction, object: ObjectInfo) => Promise<void>,
): Promise<void> {
  try {
    await database.transaction(async (tx) => also(tx, await objects.publish(tx, input)))
  } catch (error) {
    // When the database itself failed nobody knows whether the commit is on the disk.
    if (isLakeError(error) && error.kind !== 'internal') await objects.discard(input.blob)
    throw error
  }
}
