/** What the doctor says of one requirement. `not running` is no fault: nobody has asked for it. */
export type Finding =
  | { readonly subject: string; readonly state: 'ok'; readonly detail: string }
  | { readonly subject: string; readonly state: 'not running' }
  | { readonly subject: string; readonly state: 'problem'; readonly detail: string; readonly fix: string };

export function ok(subject: string, detail = ''): Finding {
  return { subject, state: 'ok', detail };
}

export function notRunning(subject: string): Finding {
  return { subject, state: 'not running' };
}

export function problem(subject: string, detail: string, fix: string): Finding {
  return { subject, state: 'problem', detail, fix };
}

export function renderFinding(finding: Finding): string {
  switch (finding.state) {
    case 'ok':
      return `ok       ${finding.subject}${finding.detail && `: ${finding.detail}`}`;
    case 'not running':
      return `-        ${finding.subject}: not running: make up`;
    case 'problem':
      return `PROBLEM  ${finding.subject}: ${finding.detail}\n         fix: ${finding.fix}`;
  }
}
