import type { Logger } from '#kit'
import type { MetricPoint } from './metric-records.ts'
import { type MetricStore, summed } from './metric-store.ts'

/** Different metrics and minutes that wait to be kept; what comes after that is counted in none. */
const waitingMax = 20_000
const minuteMs = 60_000

/**
 * What the lake's own parts measure of themselves, on its way into the store: summed up in memory and kept now and then. A crash loses
 * the last seconds, as on AWS these metrics are best effort.
 */
export interface MetricBuffer {
  /** Never waits and never fails. */
  add(point: MetricPoint): void
  flush(): Promise<void>
}

export function createMetricBuffer(store: Pick<MetricStore, 'put'>, log: Logger): MetricBuffer {
  let waiting = new Map<string, MetricPoint>()
  let dropped = 0
  return {
    add: (point) => {
      const { accountId, region, namespace, name, dimensions, unit } = point
      const timestampMs = Math.floor(point.timestampMs / minuteMs) * minuteMs
      const pairs = Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1))
      const key = JSON.stringify([accountId, region, namespace, name, pairs, unit, timestampMs])
      const known = waiting.get(key)
      if (!known && waiting.size >= waitingMax) dropped += 1
      else waiting.set(key, { ...point, timestampMs, ...summed(known, point) })
    },
    flush: async () => {
      const points = [...waiting.values()]
      waiting = new Map()
      if (dropped > 0) {
        log.warn({ dropped }, 'more metrics than can be kept')
        dropped = 0
      }
      for (let at = 0; at < points.length; at += 500) await store.put(points.slice(at, at + 500))
    },
  }
}
