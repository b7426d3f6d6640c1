/**
 * Shows a native dialog as a modal one for as long as it stands in the page, and gives the focus back to where it was. Taken
 * out of the page without being closed, a dialog would leave the focus nowhere.
 */

/** For `{@attach modal}`. An `onclose` has to look at `isConnected`: taking the dialog away closes it, too. */
export function modal(dialog: HTMLDialogElement): () => void {
  const before = document.activeElement;
  dialog.showModal();
  return () => {
    dialog.close();
    if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus();
  };
}
