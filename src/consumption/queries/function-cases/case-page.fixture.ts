/** A documented answer: an expression of Athena engine version 3 and what it prints; null for NULL. */
export type Case = readonly [expression: string, expected: string | null]

/** An expression that Athena refuses or fails on, and how its reason begins. */
export type Failure = readonly [expression: string, reason: RegExp]

/** What a page of the documentation says, as data. */
export interface CasePage {
  readonly page: string
  readonly answers: readonly Case[]
  readonly failures: readonly Failure[]
}
