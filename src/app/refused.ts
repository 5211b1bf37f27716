/** An act that was not done, with a stable code and why. */
export function refused(code: string, detail: string) {
  return { kind: 'refused', code, detail } as const;
}
