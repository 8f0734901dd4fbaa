import type { Peers } from './peers.ts'
import type { Table } from './table.ts'

export interface Benchmark {
  readonly title: string
  /** `full`: also the sizes that take minutes and gigabytes to make. */
  run(context: {
    readonly peers: Peers
    readonly full: boolean
    /** Of data in the shape of TPC's: 1 is about a gigabyte as text. */
    readonly scale?: number
  }): Promise<readonly Table[]>
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
