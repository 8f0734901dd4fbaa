import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { PrepareStep } from '../../query-engine.ts'
import { classifyFile } from './classify.ts'
import { decodeFile } from './decode.ts'
import { describeFiles } from './describe.ts'
import { PreparedBytes } from './prepared-bytes.ts'
import { searchFiles } from './search.ts'
import { splitRecords } from './split-records.ts'
import { unpackFile } from './unpack.ts'

/** Does a task's steps in order. Throws an Error that names the file. */
export async function prepare(
  connection: DuckDBConnection,
  inputFolder: string,
  steps: readonly PrepareStep[],
): Promise<void> {
  if (steps.length === 0) return
  const bytes = new PreparedBytes(inputFolder)
  const inFolder = (name: string) => join(inputFolder, name)
  const files = (names: readonly string[]) => names.map((name) => ({ name, path: inFolder(name) }))
  for (const step of steps) {
    if (step.kind === 'describe') {
      await describeFiles(connection, files(step.inputs), step.encoding)
      continue
    }
    if (step.kind === 'classify') {
      await classifyFile(connection, files([step.input])[0]!, step.request)
      continue
    }
    if (step.kind === 'search') {
      await searchFiles(connection, files(step.inputs), step.character)
      continue
    }
    const input = inFolder(step.input)
    const output = inFolder(step.output)
    mkdirSync(dirname(output), { recursive: true })
    try {
      if (step.kind === 'unpack') await unpackFile(input, output, step, bytes)
      else if (step.kind === 'records') splitRecords(input, output, step.path, bytes)
      else {
        const { encoding, columns, numbered = false } = step
        await decodeFile(connection, { input, output, encoding, columns, numbered, bytes })
      }
    } catch (error) {
      throw new Error(`Cannot read ${input}: ${(error as Error).message}`, { cause: error })
    }
  }
}
