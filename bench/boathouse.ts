import { join } from 'node:path'
import { spawnMeasured, type MeasuredServer } from './child.ts'

export const credentials = {
  accessKeyId: 'AKIABENCHBENCHBENCHB',
  secretAccessKey: 'bench/secret+of0the1root2of3the4lake5ben',
}
export const region = 'us-east-1'

/** Our server, as built: durable, and it checks every signature. `options`: further variables. */
export function spawnBoathouse(
  options: Readonly<Record<string, string>> = {},
): Promise<MeasuredServer> {
  return spawnMeasured({
    args: (port, folder) => [
      join(import.meta.dirname, '..', 'dist', 'run', 'main.js'),
      'up',
      '--port',
      String(port),
      '--data-dir',
      join(folder, 'data'),
    ],
    env: () => ({
      BOATHOUSE_ROOT_ACCESS_KEY_ID: credentials.accessKeyId,
      BOATHOUSE_ROOT_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      ...options,
    }),
    isReady: isHealthy,
  })
}

export async function isHealthy(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/_boathouse/health`)
  await answer.arrayBuffer()
  return answer.ok
}
