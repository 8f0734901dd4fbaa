import type { Execution, QueryScope } from '../records.ts'

const executionsMax = 256
/** Longer statements are looked up: what is kept must stay small. */
const lengthMax = 16 * 1024

/**
 * Executions that ended a moment ago: whoever waited for the end asks for it next. One that has ended does not change any more, so
 * that nothing but its removal makes this untrue.
 */
export class RecentExecutions {
  readonly #byId = new Map<string, Execution>()

  add(ended: Execution): void {
    if (ended.query.length > lengthMax) return
    if (this.#byId.size >= executionsMax) this.#byId.delete(this.#byId.keys().next().value!)
    this.#byId.set(ended.id, ended)
  }

  find({ accountId, region }: QueryScope, id: string): Execution | undefined {
    const found = this.#byId.get(id)
    return found?.accountId === accountId && found.region === region ? found : undefined
  }

  /** To be called when rows of executions have been removed. */
  clear(): void {
    this.#byId.clear()
  }
}
