import { isLakeError } from '#kit'
import type { Transaction } from '#platform/database'
import type { ResultPlace } from '../results/result-place.ts'
import type { TextResult } from '../statements/text-result.ts'
import type { Commit, Outcome } from './run-execution.ts'

/** Writes the lines as a statement's result, and ends its execution with it. */
export async function writeText(
  result: TextResult,
  place: ResultPlace,
  commit: Commit,
  scannedBytes = 0,
): Promise<Outcome> {
  const outcome = outcomeOf(result, scannedBytes)
  await place.write(bytesOf(result), kindOf(result), (tx, written) =>
    commit.inside(tx, outcome, written),
  )
  return outcome
}

/** The same in the transaction of a statement that writes rows too: all of it becomes visible at once. */
export async function writeTextWith(
  result: TextResult,
  place: ResultPlace,
  commit: Commit,
  scannedBytes: number,
  write: (onWritten: (tx: Transaction) => Promise<void>) => Promise<unknown>,
): Promise<Outcome> {
  const outcome = outcomeOf(result, scannedBytes)
  const staged = await place.stage(bytesOf(result), kindOf(result))
  let isWritten = false
  try {
    await write(async (tx) => {
      await commit.inside(tx, outcome, await staged.publish(tx))
      isWritten = true
    })
  } catch (error) {
    // When the database itself failed nobody knows whether the commit is on the disk.
    if (isLakeError(error) && error.kind !== 'internal') await staged.discard()
    throw error
  }
  if (isWritten) return outcome
  // Where there was nothing to write, the text is still to be told.
  await staged.discard()
  return writeText(result, place, commit, scannedBytes)
}

function bytesOf(result: TextResult) {
  return { bytes: Buffer.from(result.lines.map((line) => `${line}\n`).join('')) }
}

function kindOf({ columns }: TextResult) {
  return { contentType: 'text/plain', columns }
}

function outcomeOf(result: TextResult, scannedBytes: number): Outcome {
  return {
    columns: result.columns,
    scannedBytes,
    planningMs: 0,
    outputRows: result.lines.length,
  }
}
