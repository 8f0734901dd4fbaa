/** Beats as long as the event loop of this thread turns, where other threads can see it. */
export interface Heartbeat extends Disposable {
  /** One number, which grows with each beat. */
  readonly beats: Int32Array
}

export function startHeartbeat(everyMs: number): Heartbeat {
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const timer = setInterval(() => Atomics.add(beats, 0, 1), everyMs)
  timer.unref()
  return { beats, [Symbol.dispose]: () => clearInterval(timer) }
}
