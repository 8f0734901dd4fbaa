import type { EngineTask, EngineValue, QueryEngine } from '#processing/engine'
import type { Objects } from '#storage/objects'
import type { FileInfo } from './tree.ts'

export interface FileReader {
  readonly objects: Objects
  readonly engine: QueryEngine
  readonly accountId: string
  readonly signal: AbortSignal
}

/** Of one task. */
const batchMax = 32
const timeoutMs = 120_000

/** What a task says of its files: a row for each, of the file's name first. */
export type TaskOf = (names: readonly string[]) => Pick<EngineTask, 'prepare' | 'statements'>

/**
 * Asks the engine about files, some at a time: the rows by key. When a task fails, its files are asked one by one, so that
 * one bad file takes no other with it; its answer is an Error then.
 */
export async function askOfFiles(
  reader: FileReader,
  files: readonly FileInfo[],
  task: TaskOf,
): Promise<ReadonlyMap<string, readonly EngineValue[] | Error>> {
  const answers = new Map<string, readonly EngineValue[] | Error>()
  for (let at = 0; at < files.length; at += batchMax) {
    const batch = files.slice(at, at + batchMax)
    for (const [key, row] of await askBatch(reader, batch, task)) answers.set(key, row)
  }
  return answers
}

async function askBatch(
  reader: FileReader,
  batch: readonly FileInfo[],
  task: TaskOf,
): Promise<ReadonlyMap<string, readonly EngineValue[] | Error>> {
  const answers = new Map<string, readonly EngineValue[] | Error>()
  try {
    for (const [key, row] of await run(reader, batch, task)) answers.set(key, row)
  } catch (error) {
    reader.signal.throwIfAborted()
    if (batch.length === 1) answers.set(batch[0]!.key, error as Error)
    else {
      for (const file of batch) {
        for (const [key, row] of await askBatch(reader, [file], task)) answers.set(key, row)
      }
    }
  }
  return answers
}

async function run(
  { objects, engine, accountId, signal }: FileReader,
  files: readonly FileInfo[],
  task: TaskOf,
): Promise<readonly (readonly [string, readonly EngineValue[]])[]> {
  const local: { readonly path: string; release(): Promise<void> }[] = []
  try {
    for (const { bucket, key } of files) {
      local.push(await objects.localFile({ accountId, bucket, key }))
    }
    const names = files.map((_, index) => `f${index}`)
    const result = await engine.run(
      {
        ...task(names),
        inputs: local.map(({ path }, index) => ({ name: names[index]!, path })),
        limits: { timeoutMs, rowsMax: batchMax },
      },
      signal,
    )
    return result.rows.map((row) => [files[names.indexOf(String(row[0]))]!.key, row.slice(1)])
  } finally {
    await Promise.all(local.map((file) => file.release()))
  }
}
