import { filesPerTask, scanTasks, tokenOf, type Planned } from './planning.ts'

/** `CompletedPlanningResult`: the files themselves when they are few, else tasks that tell some of them each. */
export function completed(planned: Planned): object {
  const { files, input } = planned
  const common = { status: 'completed', 'plan-id': tokenOf(input) }
  if (files.length <= filesPerTask) return { ...common, ...scanTasks(planned, files) }
  const tasks: string[] = []
  for (let from = 0; from < files.length; from += filesPerTask) {
    tasks.push(tokenOf({ ...input, part: [from, filesPerTask] }))
  }
  return { ...common, 'plan-tasks': tasks }
}
