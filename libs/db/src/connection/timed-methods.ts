import { inMethod } from '@docket/platform/tracing/spans';

/** Told of each call of a method that reads or writes rows, by its name, such as `RunRepository.findStart`. */
export type MethodObserver = (method: string, tookMs: number) => void;

let observer: MethodObserver | null = null;

/** Lets methods be timed from now on. For a process's composition root; without it nothing is wrapped or timed. */
export function observeMethods(observe: MethodObserver): void {
  observer = observe;
}

/** For each class what its methods look like from outside when they are timed. */
const faces = new WeakMap<object, object>();

/**
 * The same repository, whose methods tell the observer how long they took. What it calls of its own is not timed again: the
 * time is that of the call from outside.
 */
export function timed<T extends object>(repository: T): T {
  if (!observer) return repository;
  const prototype: object = Object.getPrototypeOf(repository) as object;
  let face = faces.get(prototype);
  if (!face) {
    face = faceOf(prototype);
    faces.set(prototype, face);
  }
  return Object.create(face, { repository: { value: repository } }) as T;
}

/** Makes each repository that a transaction hands out a timed one. */
export function timeRepositories(transaction: object): void {
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(transaction))) {
    if (!property.get) continue;
    Object.defineProperty(transaction, name, {
      ...property,
      get(this: object): unknown {
        return timed(property.get?.call(this) as object);
      },
    });
  }
}

type Method = (...args: unknown[]) => unknown;

function faceOf(prototype: object): object {
  const methods = Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(
    ([name, { value }]): [string, PropertyDescriptor][] =>
      name === 'constructor' || typeof value !== 'function'
        ? []
        : [[name, { value: timedMethod(`${prototype.constructor.name}.${name}`, value as Method) }]],
  );
  return Object.create(prototype, Object.fromEntries(methods)) as object;
}

function timedMethod(name: string, method: Method): Method {
  return function (this: { repository: object }, ...args) {
    const startedAt = performance.now();
    const result = inMethod(name, () => method.apply(this.repository, args));
    if (!(result instanceof Promise)) return result;
    const end = (): void => observer?.(name, performance.now() - startedAt);
    // Beside the promise that is returned, whose failure is the caller's.
    result.then(end, end);
    return result;
  };
}
