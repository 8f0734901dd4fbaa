import type { Policy } from './document.ts'

const known = new WeakMap<Policy, boolean>()

/** Whether a policy has neither conditions nor variables: what it says of an action on a resource is the same in every request. */
export function isUnconditional(policy: Policy): boolean {
  let answer = known.get(policy)
  if (answer === undefined) {
    answer = policy.statements.every(
      ({ conditions, resources }) =>
        conditions.length === 0 && !resources?.list.some((resource) => resource.includes('${')),
    )
    known.set(policy, answer)
  }
  return answer
}
