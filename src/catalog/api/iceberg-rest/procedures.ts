import type { BranchMove } from '#catalog/tables'
import type { Procedure } from '#processing/maintenance'
import { RestError, badRequest } from '#protocol/iceberg-rest'
import { asList, asString } from './body.ts'

/** What a caller asks for: to move a branch, to pick a snapshot, or maintenance. */
export type Call =
  | { readonly what: 'move'; readonly move: BranchMove }
  | { readonly what: 'pick'; readonly snapshotId: bigint }
  | { readonly what: 'maintain'; readonly procedure: Procedure }

type Arguments = Readonly<Record<string, unknown>>

/** A procedure's arguments, and what they make of it: names are those of https://iceberg.apache.org/docs/latest/spark-procedures/ */
interface Declared {
  readonly names: readonly string[]
  readonly call: (given: Arguments) => Call
}

const move = (made: BranchMove): Call => ({ what: 'move', move: made })
const maintain = (procedure: Procedure): Call => ({ what: 'maintain', procedure })

export const procedures: Readonly<Record<string, Declared>> = {
  rollback_to_snapshot: {
    names: ['snapshot_id'],
    call: (given) =>
      move({ kind: 'rollback_to_snapshot', snapshotId: id(given['snapshot_id'], 'snapshot_id') }),
  },
  rollback_to_timestamp: {
    names: ['timestamp'],
    call: (given) =>
      move({ kind: 'rollback_to_timestamp', beforeMs: time(given['timestamp'], 'timestamp')! }),
  },
  set_current_snapshot: {
    names: ['snapshot_id', 'ref'],
    call: ({ snapshot_id: snapshot, ref }) => {
      if ((snapshot === undefined) === (ref === undefined)) {
        throw badRequest('set_current_snapshot takes snapshot_id or ref')
      }
      const to = ref === undefined ? id(snapshot, 'snapshot_id') : asString(ref, 'ref')
      return move({ kind: 'set_current_snapshot', to })
    },
  },
  cherrypick_snapshot: {
    names: ['snapshot_id'],
    call: (given) => ({ what: 'pick', snapshotId: id(given['snapshot_id'], 'snapshot_id') }),
  },
  fast_forward: {
    names: ['branch', 'to'],
    call: ({ branch, to }) =>
      move({ kind: 'fast_forward', branch: asString(branch, 'branch'), to: asString(to, 'to') }),
  },
  rewrite_data_files: {
    names: ['strategy', 'columns', 'rewrite_all'],
    call: ({ strategy = 'binpack', columns, rewrite_all: all }) => {
      if (strategy !== 'binpack' && strategy !== 'sort' && strategy !== 'z-order') {
        throw badRequest('The strategy must be binpack, sort or z-order')
      }
      return maintain({
        kind: 'rewrite_data_files',
        strategy,
        columns: asList(columns, 'columns').map((name) => asString(name, 'columns')),
        ...(all === undefined ? {} : { rewriteAll: flag(all, 'rewrite_all') }),
      })
    },
  },
  rewrite_position_delete_files: {
    names: ['min_input_files'],
    call: ({ min_input_files: count }) =>
      maintain({
        kind: 'rewrite_position_delete_files',
        ...(count === undefined ? {} : { filesMin: whole(count, 'min_input_files') }),
      }),
  },
  rewrite_manifests: { names: [], call: () => maintain({ kind: 'rewrite_manifests' }) },
  compute_table_stats: {
    names: ['columns'],
    call: ({ columns }) =>
      maintain({
        kind: 'compute_table_stats',
        ...(columns === undefined
          ? {}
          : { columns: asList(columns, 'columns').map((name) => asString(name, 'columns')) }),
      }),
  },
  expire_snapshots: {
    names: ['older_than', 'retain_last'],
    call: ({ older_than: before, retain_last: last }) =>
      maintain({
        kind: 'expire_snapshots',
        ...(before === undefined ? {} : { olderThanMs: time(before, 'older_than') }),
        ...(last === undefined ? {} : { retainLast: whole(last, 'retain_last') }),
      }),
  },
  remove_orphan_files: {
    names: ['older_than', 'dry_run'],
    call: ({ older_than: before, dry_run: dry }) =>
      maintain({
        kind: 'remove_orphan_files',
        ...(before === undefined ? {} : { olderThanMs: time(before, 'older_than') }),
        ...(dry === undefined ? {} : { dryRun: flag(dry, 'dry_run') }),
      }),
  },
}

/** Errors: 404 for a procedure that is none, 400 for arguments that are wrong or not its own. */
export function callOf(name: string, given: Arguments): Call {
  const declared = Object.hasOwn(procedures, name) ? procedures[name] : undefined
  if (!declared) {
    throw new RestError(
      'NoSuchProcedureException',
      404,
      `There is no procedure ${name}, only ${Object.keys(procedures).join(', ')}`,
    )
  }
  const other = Object.keys(given).find((argument) => !declared.names.includes(argument))
  if (other !== undefined) {
    throw badRequest(
      `${name} has no argument ${other}, only ${declared.names.join(', ') || 'none'}`,
    )
  }
  return declared.call(given)
}

function id(value: unknown, what: string): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  throw badRequest(`${what} must be an integer`)
}

function whole(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
  throw badRequest(`${what} must be a whole number above 0`)
}

function flag(value: unknown, what: string): boolean {
  if (typeof value === 'boolean') return value
  throw badRequest(`${what} must be true or false`)
}

/** Milliseconds since the epoch, or a date and time of ISO 8601. */
function time(value: unknown, what: string): number {
  const ms = typeof value === 'string' ? Date.parse(value) : value
  if (typeof ms === 'number' && Number.isSafeInteger(ms)) return ms
  throw badRequest(`${what} must be milliseconds since the epoch, or a time of ISO 8601`)
}
