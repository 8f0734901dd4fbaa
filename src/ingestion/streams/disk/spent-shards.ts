import { StreamErrors } from '../errors.ts'
import { placeShard, type LogState } from './log-state.ts'
import { noShard, type ShardTip } from './segment-format.ts'

/*
 * A shard that nobody will name again and of which nothing is kept is left out of the header of the next segment: its place in the log is
 * vacant then, and a new shard has it when no header that is kept tells of a record that the former one had. All that is looked for by the
 * place of a shard, in headers, indexes and memory, is so of one shard at a time.
 */

const vacant: ShardTip = { shardId: noShard, sequence: 0, arrivalMs: 0 }
/** For fewer no segment is begun. */
const worthRollMin = 64

/** The positions of those that may be forgotten now. */
export function spentShards({ shards, freed }: LogState): readonly number[] {
  // Segments that are on the disk yet are part of the log again if the process dies.
  if (freed.length > 0) return []
  const spent: number[] = []
  for (const [position, shard] of shards.entries()) {
    const { shardId, isSpent, sequence, freedSequence } = shard
    if (shardId !== noShard && isSpent && freedSequence >= sequence) spent.push(position)
  }
  return spent
}

/** A segment is begun for them before it is time: they are more than half of all. */
export function areWorthRoll(state: LogState): boolean {
  const spent = spentShards(state).length
  return spent >= worthRollMin && spent * 2 > state.positions.size
}

/** Where all shards stand, without these. */
export function tipsWithout({ shards }: LogState, spent: readonly number[]): readonly ShardTip[] {
  const tips: ShardTip[] = [...shards]
  for (const position of spent) tips[position] = vacant
  return tips
}

/** They are in the newest header no more. */
export function forgetShards(state: LogState, spent: readonly number[]): void {
  if (spent.length === 0) return
  state.forgets += 1
  for (const position of spent) {
    state.positions.delete(state.shards[position]!.shardId)
    placeShard(state, position, vacant)
    // Who waits for such a shard is told when he asks again.
    state.waiters.wake(position, Infinity)
  }
}

/** Places that new shards may have, before those behind all others. */
export function vacantPositions({ shards, segments, freed }: LogState): number[] {
  const oldest = segments[0]!.start
  if (!oldest || freed.length > 0) return []
  const found: number[] = []
  for (const [position, { shardId }] of shards.entries()) {
    if (shardId === noShard && (oldest.sequences[position] ?? 0) === 0) found.push(position)
  }
  return found
}

/** Whether one of these positions, looked up when shards had been forgotten so often, is of another shard now, or of none. */
export function isStale(
  { shards, forgets }: LogState,
  positions: Iterable<number>,
  since: number,
): boolean {
  if (since === forgets) return false
  for (const position of positions) {
    const shard = shards[position]
    if (shard && (shard.shardId === noShard || shard.since > since)) return true
  }
  return false
}

export function shardForgotten() {
  return StreamErrors.LogNotFound('the log has a shard no more', {})
}
