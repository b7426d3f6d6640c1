/** The keys of the page: which dialog they have opened, and whether single letters do anything. Kept per browser. */
const KEY = "chargehand.letters";

class Keyboard {
  /** The dialog that is open. */
  dialog = $state<"palette" | "help" | null>(null);
  /** Whether keys without Ctrl, Alt or Cmd do anything; whoever speaks to their computer turns them off. */
  letters = $state(localStorage.getItem(KEY) !== "off");

  useLetters(on: boolean): void {
    this.letters = on;
    localStorage.setItem(KEY, on ? "on" : "off");
  }
}

export const keyboard = new Keyboard();
