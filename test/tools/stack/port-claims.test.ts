import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { anyFreePort, isPortFree, LOOPBACK } from '../../../tools/stack/ports.ts';
import { StackError } from '../../../tools/stack/stack-error.ts';
import { PortClaims, startOnPorts } from '../../../tools/stack/stack-ports.ts';
import { readPorts } from '../../../tools/stack/stack-state.ts';
import { createHome, stackHome, type StackHome } from '../../../tools/stack/home.ts';
import { temporaryFolders } from '../support/temporary-folder.ts';

const newFolder = temporaryFolders();

function newHome(): StackHome {
  const home = stackHome({ DOCKET_HOME: newFolder() });
  createHome(home);
  return home;
}

async function withClaims(use: (claims: PortClaims) => Promise<void>): Promise<void> {
  const claims = new PortClaims();
  try {
    await use(claims);
  } finally {
    claims.release();
  }
}

describe('a claimed port', () => {
  it('is refused to every other stack until it is released', async () => {
    await withClaims(async (mine) => {
      await withClaims(async (theirs) => {
        const port = await anyFreePort();
        expect(await mine.claim(port)).toBe(true);
        expect(await theirs.claim(port)).toBe(false);
        mine.release();
        expect(await theirs.claim(port)).toBe(true);
      });
    });
  });

  it('is none that somebody listens on', async () => {
    const port = await anyFreePort();
    const server = createServer().listen(port, LOOPBACK);
    await once(server, 'listening');
    try {
      await withClaims(async (claims) => expect(await claims.claim(port)).toBe(false));
    } finally {
      server.close();
    }
  });
});

describe('startOnPorts', () => {
  it('prefers the port that was asked for, and remembers it before the service is started', async () => {
    const home = newHome();
    const wanted = await anyFreePort();
    const plan = { service: 'api', names: ['api'], requested: { api: wanted } } as const;
    await withClaims(async (claims) => {
      const started = await startOnPorts(home, claims, plan, async ({ api }) => {
        expect(readPorts(home)).toEqual({ api });
        return api;
      });
      expect(started).toBe(wanted);
    });
  });

  it('starts again elsewhere when somebody else took the port after all', async () => {
    const home = newHome();
    const wanted = await anyFreePort();
    const intruder = createServer();
    const plan = { service: 'api', names: ['api'], requested: { api: wanted } } as const;
    const tried: number[] = [];
    try {
      await withClaims(async (claims) => {
        await startOnPorts(home, claims, plan, async ({ api }) => {
          tried.push(api);
          if (tried.length > 1) return;
          await once(intruder.listen(api, LOOPBACK), 'listening');
          throw new StackError('api ended while starting.', 'none');
        });
      });
    } finally {
      intruder.close();
    }
    expect(tried).toHaveLength(2);
    expect(tried[1]).not.toBe(wanted);
    expect(readPorts(home)).toEqual({ api: tried[1] });
  });

  it('does not hide a failure that has nothing to do with the port', async () => {
    const wanted = await anyFreePort();
    const plan = { service: 'api', names: ['api'], requested: { api: wanted } } as const;
    let starts = 0;
    await withClaims(async (claims) => {
      const failing = startOnPorts(newHome(), claims, plan, async () => {
        starts += 1;
        throw new StackError('api ended while starting.', 'none');
      });
      await expect(failing).rejects.toThrow('api ended while starting.');
    });
    expect(starts).toBe(1);
    expect(await isPortFree(wanted)).toBe(true);
  });
});
