import { DatabaseErrors } from '../errors.ts'
import type { RunAnswer, StepsAnswer, WriterFailure } from './wire.ts'

const sqliteConstraint = 19
const sqliteFull = 13

/** What a thread that has ended can no longer say. */
export function lostAnswer(id: number, { message }: Error): RunAnswer & StepsAnswer {
  return { id, made: [], error: { message, errcode: undefined, transactionLost: true } }
}

/** To what could not be sent: nothing is done. */
export function unsentAnswer(id: number, { message }: Error): RunAnswer & StepsAnswer {
  return { id, made: [], error: { message, errcode: undefined, transactionLost: false } }
}

export function toError(failure: WriterFailure): Error {
  const code = (failure.errcode ?? 0) & 0xff
  if (code === sqliteFull) return DatabaseErrors.DiskFull('the disk is full')
  const error = DatabaseErrors.DatabaseFailed(failure.message, {
    errcode: failure.errcode,
    constraint: code === sqliteConstraint,
  })
  return error
}
