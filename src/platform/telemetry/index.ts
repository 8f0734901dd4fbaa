/** One value that a part of the lake has measured of itself, under the names that CloudWatch has for it. */
export interface Measurement {
  readonly accountId: string
  readonly region: string
  /** `AWS/Athena`. */
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
  /** `Bytes`, `Count`, `Milliseconds`, `Seconds`. */
  readonly unit: string
  readonly value: number
}

/** Takes measurements. Never waits and never fails; without anybody who listens nothing is kept. */
export type Measure = (measurement: Measurement) => void
