import styles from "./Frames.module.css";
import { STAGES } from "./stages";

export function Frames() {
  return (
    <main className={styles.page}>
      {Object.keys(STAGES).map((stage) => (
        <section key={stage}>
          <h2>
            <a href={`?stage=${stage}`}>{stage}</a>
          </h2>
          <div className={styles.pair}>
            {["light", "dark"].map((theme) => (
              <iframe
                key={theme}
                title={`${stage}, ${theme}`}
                className={styles.frame}
                loading="lazy"
                src={`?stage=${stage}&theme=${theme}`}
              />
            ))}
          </div>
        </section>
      ))}
    </main>
  );
}
