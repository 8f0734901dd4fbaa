import type { Typed } from '../analyze/typed.ts'
import type { CallContext } from './registry.ts'

/**
 * An aggregate as the analyzer completes it: `call` makes the engine's call of a function with
 * arguments, and adds DISTINCT, ORDER BY, FILTER and OVER as the user wrote them.
 */
export type Aggregate = (
  args: readonly Typed[],
  call: (name: string, args: string) => string,
  context: CallContext,
) => Typed | undefined
