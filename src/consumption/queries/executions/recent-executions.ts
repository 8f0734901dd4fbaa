import { BoundedCache } from '#kit'
import type { Execution, QueryScope } from '../records.ts'

/** Executions, and about how many characters each and all have: longer ones are looked up. */
const bounds = { countMax: 256, lengthMax: 1024 * 1024, lengthEachMax: 32 * 1024 }

/**
 * Executions that ended a moment ago: whoever waited for the end asks for it next. One that has ended does not change any more, so
 * that nothing but its removal makes this untrue.
 */
export class RecentExecutions {
  readonly #byId = new BoundedCache<string, Execution>(bounds)
  #removals = 0

  /**
   * To be called when an execution begins: what keeps it when it has ended, unless rows of executions were removed meanwhile, its own
   * perhaps among them.
   */
  beginning(): (ended: Execution) => void {
    const before = this.#removals
    return (ended) => {
      if (before === this.#removals) this.#byId.set(ended.id, ended, lengthOf(ended))
    }
  }

  find({ accountId, region }: QueryScope, id: string): Execution | undefined {
    const found = this.#byId.get(id)
    return found?.accountId === accountId && found.region === region ? found : undefined
  }

  /** To be called when rows of executions have been removed, before that is told. */
  clear(): void {
    this.#removals += 1
    this.#byId.clear()
  }
}

function lengthOf({ query, reason = '', parameters, columns = [] }: Execution): number {
  const texts = [query, reason, ...parameters, ...columns.map(({ name }) => name)]
  return texts.reduce((sum, text) => sum + 100 + text.length, 1000)
}
