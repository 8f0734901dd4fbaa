import { randomString } from '#kit'

/** The id of what was put while versioning was not enabled. */
export const nullVersionId = 'null'

const rankLimit = 9_007_199_254_740_000
const rankLength = 11
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.'
const pattern = /^[0-9a-z]{11}[A-Za-z0-9_.]{21}$/

/**
 * The rank of a new version of a key: smaller than that of every older one. It follows the clock, and goes on
 * from the newest version when the clock has been set back.
 */
export function nextRank(nowMs: number, newestRank: number | undefined): number {
  const byClock = rankLimit - nowMs * 1000
  return newestRank === undefined ? byClock : Math.min(byClock, newestRank - 1)
}

/** An opaque id of 32 characters that carries its rank, so that it is found without a search. */
export function newVersionId(rank: number): string {
  return rank.toString(36).padStart(rankLength, '0') + randomString(32 - rankLength, alphabet)
}

/** The rank inside an id; undefined when no version can have this id. */
export function rankOf(versionId: string): number | undefined {
  return pattern.test(versionId) ? parseInt(versionId.slice(0, rankLength), 36) : undefined
}
