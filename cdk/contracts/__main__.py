"""Write the contracts: `python -m cdk.contracts`."""

from cdk.contracts.files import ROOT, documents, is_ours


def main() -> None:
    wanted = documents()
    for path, text in wanted.items():
        file = ROOT / path
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            print(f"Wrote {path}")
    for file in [file for file in ROOT.glob("events/**/*.json") if is_ours(file)]:
        if str(file.relative_to(ROOT)) not in wanted:
            file.unlink()
            print(f"Removed {file.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
